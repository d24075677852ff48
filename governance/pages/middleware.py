"""What happens around every request."""

from django.utils import translation


def persons_language(get_response):
    """A logged-in person's own choice of language goes before the browser's."""

    def middleware(request):
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return middleware
