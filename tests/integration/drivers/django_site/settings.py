"""Settings of the project; how the database is reached stands in the environment, as libpq has it."""

import os

INSTALLED_APPS = ['tests.integration.drivers.django_site.library']
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql',
        'HOST': os.environ['PGHOST'],
        'PORT': os.environ['PGPORT'],
        'USER': os.environ['PGUSER'],
        'PASSWORD': os.environ['PGPASSWORD'],
        'NAME': os.environ['PGDATABASE'],
        'DISABLE_SERVER_SIDE_CURSORS': False,
        'OPTIONS': {'server_side_binding': os.environ.get('SERVER_SIDE_BINDING') == '1'},
    }
}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'
SECRET_KEY = 'not one'
TIME_ZONE = 'Europe/Vienna'
USE_TZ = True
