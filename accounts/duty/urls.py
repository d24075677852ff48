from django.urls import path

from accounts.duty.views import calendar, duty

urlpatterns = [
    path("duty/", duty.duty, name="duty"),
    path("duty/calendar/<slug:key>.ics", calendar.duty_calendar, name="duty_calendar"),
    path("me/calendar/", calendar.calendar_key, name="calendar_key"),
    path("accounts/<int:pk>/rota/", duty.account_rota, name="account_rota"),
    path("shifts/<int:pk>/remove/", duty.shift_remove, name="shift_remove"),
    path("accounts/<int:pk>/take-over/", duty.account_take_over, name="account_take_over"),
    path("accounts/<int:pk>/give-back/", duty.account_give_back, name="account_give_back"),
]
