reading-corrected = 🔎 Searched for: “{ $query }”
reading-undated = Nothing was posted on those days, so I looked at all the others, too.
reading-silent-days = Nothing was posted in my sources on those days.
