"""Uploads: files on their way from a phone to the case's file. `receiving` takes them, `inspection` looks inside,
`shelf` keeps and hands them out, `previews` draws them, `cleaning` throws away what nobody needs."""
