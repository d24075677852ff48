from django.http import JsonResponse

from governance.access import public


@public
def healthz(request):
    return JsonResponse({"status": "up"})


@public
def readyz(request):
    return JsonResponse({"status": "up"})
