"""What would become of the statements of a database on its shards, while shard 0 does all of them (``dry_run``)."""


class Rehearsal:
    """Counts it; one for all users of a database."""

    __slots__ = ('_told', 'database', 'direct', 'refused', 'several', 'why')

    def __init__(self, database: str) -> None:
        self.database = database
        self.direct = 0
        """Statements that one shard would do."""
        self.several = 0
        """Those for which it would take several."""
        self.refused = 0
        self.why = ''
        """The reason of the last refusal."""
        self._told = (0, 0, 0)

    @property
    def counts(self) -> tuple[int, int, int]:
        """What is counted, in this order: direct, several, refused."""
        return self.direct, self.several, self.refused

    def report(self) -> str:
        """Say what has come since the last report; empty if nothing has."""
        counts = self.counts
        direct, several, refused = (now - before for now, before in zip(counts, self._told, strict=True))
        if counts == self._told:
            return ''
        self._told = counts
        last = f'; the last one: {self.why}' if refused else ''
        return (
            f'dry run of "{self.database}": {direct} statements would go to one shard, {several} to several, '
            f'and {refused} would be refused{last}'
        )
