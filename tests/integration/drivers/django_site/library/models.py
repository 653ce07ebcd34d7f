"""One model."""

from django.db import models


class Book(models.Model):  # type: ignore[misc]  # Django has no types
    """A book."""

    title = models.CharField(max_length=100, unique=True)
    price = models.DecimalField(max_digits=10, decimal_places=2)
    published = models.DateTimeField(null=True)
    more = models.JSONField(default=dict)
    cover = models.BinaryField(default=b'')
