"""Common English words; a folder of technology news lacks most of them."""

from __future__ import annotations

# fmt: off
COMMON = (
    "actor", "airport", "album", "allergy", "anime", "anxiety", "apartment", "army", "astronaut",
    "author", "autumn", "baby", "basketball", "beach", "bear", "beef", "beer", "bicycle", "biology",
    "bishop", "bitcoin", "blanket", "breakfast", "burger", "bus", "butter", "cancer", "carpenter",
    "carpet", "cartoon", "casino", "castle", "cat", "celebrity", "cheap", "cheese", "chemistry", "chess",
    "chicken", "chocolate", "church", "cinema", "climate", "coffee", "comic", "computing", "concert",
    "copper", "corn", "coupon", "court", "cricket", "crime", "crypto", "curtain", "dentist", "depression",
    "desert", "diabetes", "diamond", "diet", "dinner", "dinosaur", "discount", "divorce", "doctor", "dog",
    "doll", "dragon", "dream", "dress", "earthquake", "election", "electrician", "elephant", "embassy",
    "engine", "farm", "fashion", "fence", "ferry", "fever", "fish", "fitness", "flight", "football",
    "forecast", "forest", "funny", "furniture", "galaxy", "garage", "garden", "garlic", "gasoline",
    "geography", "ghost", "gold", "golf", "gossip", "grammar", "guitar", "gym", "haircut", "headache",
    "hero", "history", "hockey", "holiday", "homework", "honey", "horse", "hospital", "hotel", "hotels",
    "hurricane", "inflation", "island", "jacket", "jeans", "jewelry", "joke", "judge", "jury", "king",
    "kitchen", "kitten", "knight", "lake", "lamb", "lamp", "landlord", "lawn", "lawsuit", "lawyer",
    "library", "lion", "lottery", "luggage", "lunch", "luxury", "lyrics", "makeup", "manga", "marathon",
    "mars", "memes", "missile", "moon", "mortgage", "mosque", "motorcycle", "mountain", "movie", "movies",
    "murder", "muscle", "museum", "musk", "navy", "novel", "ocean", "oil", "olympics", "onion", "painter",
    "painting", "passport", "peace", "pension", "pepper", "perfume", "physics", "piano", "pillow",
    "pistol", "pizza", "planet", "plumber", "poem", "poker", "police", "popular", "pork", "potato",
    "pregnancy", "priest", "prince", "prison", "protein", "puppy", "puzzle", "quantum", "queen", "rabbit",
    "rain", "recipe", "recipes", "rent", "restaurant", "results", "riddle", "rifle", "river", "rocket",
    "roof", "salad", "salmon", "salt", "scores", "sculpture", "shoes", "shrimp", "silver", "singer",
    "sleep", "snow", "soccer", "sofa", "soldier", "soup", "spelling", "spring", "statue", "status",
    "storm", "stress", "sugar", "summer", "surgery", "symptoms", "teacher", "temple", "tennis", "therapy",
    "ticket", "tickets", "tiger", "tires", "tomato", "tomorrow", "toys", "tractor", "train", "treaty",
    "trending", "trial", "truck", "turkey", "vaccine", "vampire", "villain", "violin", "visa", "vitamins",
    "war", "weapon", "weather", "wedding", "weekend", "wheat", "whiskey", "wine", "winter", "wizard",
    "wolf", "yesterday", "yoga", "zombie",
)
# fmt: on
