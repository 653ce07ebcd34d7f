"""The configuration: what ``pgdog.toml``, ``users.toml`` and the environment say, read, judged and resolved.

Reading order: ``types``, ``choices``, ``section`` (what a value may be), ``general_*``, ``databases``, ``users``,
``sections``, ``settings`` (the models), ``load`` (files to ``Config``), ``check`` (judgements across sections),
``resolve`` (what holds for one pool), ``changes`` (what a reload has to do).
"""
