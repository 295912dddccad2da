"""Words that generated people, companies and places are put together from."""

FIRST_NAMES = (
    "Anna Ben Carla David Elena Felix Grace Hugo Irene Jonas Katarina Luis Maria Noah Olivia Pablo Quinn "
    "Rosa Samuel Teresa Ulrich Vera William Ximena Yusuf Zoe Amara Bruno Chiara Diego Emilia Farid Greta "
    "Hassan Ingrid Jamal Keiko Liam Mei Nadia Omar Priya Rafael Sofia Tariq Ursula Viktor Wanda Yara Zane"
).split()
LAST_NAMES = (
    "Adams Becker Castillo Dubois Eriksson Fischer Garcia Hoffmann Ivanov Jensen Kowalski Lopez Meyer "
    "Nguyen Okafor Petrov Quintana Rossi Schmidt Tanaka Ueda Vargas Weber Xu Yamamoto Zimmermann Andersen "
    "Brandt Cohen Dias Evans Fernandez Gupta Hernandez Ibrahim Johansson Kim Larsen Moreau Novak O'Brien "
    "Patel Ramirez Silva Torres Ulusoy Visser Walker Young Ziegler"
).split()
COMPANY_FIRST = (
    "Blue Golden Northern Silver Rapid Bright Summit Coastal Iron Green Royal Urban Granite Velvet "
    "Crimson Amber Harbor Crystal Evergreen Pacific Alpine Cedar Copper Falcon Willow"
).split()
COMPANY_SECOND = (
    "River Logistics Foods Robotics Textiles Energy Pharma Media Motors Systems Timber Optics Marine "
    "Travel Ceramics Analytics Farms Bakery Studios Steel Toys Networks Chemicals Design Insurance"
).split()
COMPANY_FORMS = ("Inc.", "GmbH", "Ltd", "S.A.", "LLC")
PLACES = (
    ("San Francisco", "CA", "94105", "United States"),
    ("Austin", "TX", "73301", "United States"),
    ("New York", "NY", "10001", "United States"),
    ("Chicago", "IL", "60601", "United States"),
    ("Berlin", "BE", "10115", "Germany"),
    ("Hamburg", "HH", "20095", "Germany"),
    ("München", "BY", "80331", "Germany"),
    ("Madrid", "M", "28001", "Spain"),
    ("Barcelona", "B", "08001", "Spain"),
    ("London", "", "EC1A 1BB", "United Kingdom"),
    ("Toronto", "ON", "M5H 2N2", "Canada"),
    ("São Paulo", "SP", "01000-000", "Brazil"),
)
STREETS = (
    "Main Street",
    "Market Street",
    "Lindenallee",
    "Calle Mayor",
    "Park Avenue",
    "Bahnhofstraße",
    "High Street",
)
TITLES = (
    "Head of Marketing",
    "Sales Manager",
    "Chief Executive Officer",
    "Engineer",
    "Buyer",
    "Director of IT",
    "Analyst",
    "Operations Lead",
    "Consultant",
    "Office Manager",
)
SENTENCES = (
    "Met at the trade fair and asked for a brochure.",
    "Wants a call back next quarter.",
    "Interested in the enterprise edition; budget is not yet approved.",
    "Prefers e-mail.",
    "Came by recommendation of a customer.",
    "Please do not call before noon.",
)
PRODUCTS = ("Rockets", "Anvils", "Magnets", "Tunnels", "Springs", "Paint")
SUBJECTS = ("Call", "Email", "Send Letter", "Send Quote", "Other")
