"""UNION, INTERSECT and EXCEPT: what their columns are."""

from itertools import product
from typing import Final

from pgdog_gevent.router.relations import Output, SetOperation, SetOperator
from pgdog_gevent.router.rules import ShardKey

_MOST_HIDDEN: Final = 4


def combine(operation: SetOperation) -> None:
    """Give ``operation`` its columns, made of those of both sides."""
    lefts = [output for output in operation.left.outputs if not output.hidden]
    rights = [output for output in operation.right.outputs if not output.hidden]
    operation.open = operation.left.open or operation.right.open
    if not operation.open and len(lefts) == len(rights):
        for pair in zip(lefts, rights, strict=True):
            _add(operation, *pair, hidden=False)
    if _keeps_all(operation):
        _add_hidden(operation)


def _add(operation: SetOperation, left: Output, right: Output, *, hidden: bool) -> None:
    output = Output(operation, left.name, parts=(left, right), hidden=hidden)
    if left.family is right.family:
        output.family, output.plain = left.family, left.plain and right.plain
    if left.family is right.family and (left.family is not None or _keeps_all(operation)):
        output.placement = _placement(operation.operator, left, right)
    output.not_null = left.not_null and right.not_null
    left.wholes.append(output)
    right.wholes.append(output)
    operation.outputs.append(output)


def _keeps_all(operation: SetOperation) -> bool:
    """Whether rows are not compared."""
    return operation.operator is SetOperator.UNION and operation.all_rows


def _placement(operator: SetOperator, left: Output, right: Output) -> ShardKey | None:
    """How the rows of both sides together are placed."""
    one, other = left.placement, right.placement
    match operator:
        case SetOperator.UNION:
            return one if one is not None and other is not None and one.agrees_with(other) else None
        case SetOperator.INTERSECT:
            return one or other
        case SetOperator.EXCEPT:
            return one


def _add_hidden(operation: SetOperation) -> None:
    """UNION ALL of rows with columns more has no other rows."""
    pairs = product(operation.left.outputs, operation.right.outputs)
    agreeing = (pair for pair in pairs if _placement(SetOperator.UNION, *pair) is not None)
    for _, (left, right) in zip(range(_MOST_HIDDEN), agreeing, strict=False):
        _add(operation, left, right, hidden=True)
