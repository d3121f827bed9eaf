reading-corrected = 🔎 Искал: «{ $query }»
reading-undated = За эти дни ничего не нашлось, поэтому смотрел за всё время.
reading-silent-days = За эти дни в моих источниках ничего не публиковали.
