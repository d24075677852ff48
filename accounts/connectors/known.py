"""Platforms that no connector reads: what is said there is registered by hand, from files or by the API."""

from accounts.connectors.facts import Facts

KNOWN = (
    Facts(
        code="threads",
        name="Threads",
        hosts=("threads.com", "threads.net"),
        handle=r"(?![.])(?![^/]*[.]{2})[a-z0-9._]{1,30}(?<![.])",
        post=r"[\w-]+",
        profile="https://www.threads.com/@{handle}",
        profiles=("/@{handle}",),
        tabs=frozenset({"media", "replies", "reposts"}),
        posts=("/@{handle}/post/{post}", "/t/{post}"),
        answers_are_posts=True,
    ),
    Facts(
        code="snapchat",
        name="Snapchat",
        hosts=("snapchat.com",),
        handle=r"[a-z][a-z0-9._-]{1,13}[a-z0-9]",
        profile="https://www.snapchat.com/add/{handle}",
        profiles=("/add/{handle}", "/@{handle}"),
        posts=("/spotlight/{post}", "/@{handle}/spotlight/{post}"),
    ),
    Facts(
        code="flickr",
        name="Flickr",
        hosts=("flickr.com",),
        short_hosts=("flic.kr",),
        handle=r"[a-z0-9_-]+",
        id=r"\d+@N\d+",
        post=r"[a-z0-9]+",
        profile="https://www.flickr.com/photos/{handle}/",
        profile_of_id="https://www.flickr.com/photos/{id}/",
        profiles=("/photos/{id}", "/people/{id}", "/photos/{handle}", "/people/{handle}"),
        tabs=frozenset({"about", "albums", "faves", "favorites", "galleries", "groups", "sets", "with"}),
        posts=("/photos/{id}/{post}", "/photos/{handle}/{post}", "flic.kr/p/{post}"),
        no_handle=frozenset({"search", "tags", "upload"}),
    ),
    Facts(
        code="vimeo",
        name="Vimeo",
        hosts=("vimeo.com",),
        handle=r"(?=[0-9_-]*[a-z])[a-z0-9_-]+",
        id=r"\d+",
        post=r"\d+",
        profile="https://vimeo.com/{handle}",
        profile_of_id="https://vimeo.com/user{id}",
        profiles=("/user{id}", "/{handle}"),
        tabs=frozenset({"about", "albums", "collections", "followers", "following", "likes", "videos"}),
        posts=("/{post}", "/channels/{name}/{post}", "/groups/{name}/videos/{post}", "player.vimeo.com/video/{post}"),
        no_handle=frozenset(
            {"about", "album", "blog", "categories", "channels", "enterprise", "event", "features", "groups", "help"}
            | {"join", "log_in", "login", "manage", "ondemand", "search", "settings", "showcase", "upload", "video"}
            | {"watch"}
        ),
    ),
    Facts(
        code="pinterest",
        name="Pinterest",
        hosts=("pinterest.com", "pinterest.no", "pinterest.dk", "pinterest.se", "pinterest.co.uk", "pinterest.de"),
        short_hosts=("pin.it",),
        handle=r"[a-z0-9_-]{3,30}",
        post=r"[0-9a-z_-]+",
        profile="https://www.pinterest.com/{handle}/",
        profiles=("/{handle}",),
        tabs=frozenset({"_created", "_saved", "_shop", "boards", "followers", "following", "pins"}),
        posts=("/pin/{post}",),
        no_handle=frozenset(
            {"about", "business", "categories", "explore", "ideas", "login", "pin", "search", "settings", "today"}
        ),
    ),
    # Whatever has no name of its own: an app, a wiki, a network of one sector (B02).
    Facts(code="other", name="Other"),
)
