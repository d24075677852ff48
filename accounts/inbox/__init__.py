"""Posts in, and what is done with them. The only room that writes posts.

`intake` takes what a connector, the API, a file or a form brings, in batches and as often as they like: a post is one
row for each account and remote id (`store`). `moves` and `claims` are what people do with one post: each runs in one
transaction that locks the row, writes the audit trail and closes or reopens the post's flag. `deadlines` says when an
answer is due, `answers` what the body's own words on the platform answer, `sweeps` flag what is late. The trail never
holds what a citizen wrote, nor who it was.
"""
