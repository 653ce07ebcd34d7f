"""A Django project with one application, run by ``test_django.py`` in processes of its own."""
