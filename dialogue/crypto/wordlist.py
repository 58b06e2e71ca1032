"""Words for people: to compare keys by telephone, and to name a case without saying what it is about.

Kept as they are: another word or order would change what people have written down.
"""

_WORDS = """
acorn actor album alpha amber angel apple april arena arrow atlas autumn badge bagel baker ballet bamboo banana
banjo barrel basket beach bicycle biscuit blanket bottle bridge brother bucket butter cabin cactus camel candle
canyon captain carrot castle cello cement cherry chicken cinema circle clay cloud coconut coffee comet copper
coral cotton cousin cowboy crystal cube curtain daisy dance delta desert diamond dinner dolphin domino donkey
dragon drum duck eagle echo eleven engine evening fabric falcon family farmer feather ferry fiddle finger
flamingo flute forest fossil fox friday garage garden gazelle giant ginger giraffe glacier glove golf gondola
grape guitar hammer harbour hazel helmet hockey honey horizon hotel iceberg igloo insect iris island ivory
jacket jaguar jasmine jelly jigsaw judo jungle kangaroo kayak kettle kilo kitchen kiwi koala ladder lagoon
lantern laptop lemon leopard library lily lobster lotus lunar magnet mango maple marble melon metro milk mirror
monday mosaic motor museum napkin nephew nickel ninety noodle novel number oasis ocean olive omega onion opera
orange orchid otter oxygen paddle palace panda paper parrot pasta pencil pepper piano picnic pilot pirate pizza
planet pocket poem polar potato pumpkin puzzle pyramid quartz queen quilt rabbit radio rainbow ribbon rice robot
rocket rose ruby saddle safari sailor salad salmon sandal saturn school silver sister skate snow sofa spider
spoon squirrel statue sugar sunset swan table tango taxi tempo tennis ticket tiger tomato tower tractor tulip
tunnel turtle tuxedo umbrella uncle valley vanilla velvet village violin volcano voyage waffle walnut water
whale window winter wizard yellow yoghurt zebra zero zigzag
"""

_QUALITIES = """
Amber Ashen Autumn Azure Balsam Bamboo Basalt Beech Birch Blue Brass Bright Broad Bronze Brown Calm Canvas
Carved Cedar Chalk Cherry Clay Clear Cobalt Cool Copper Coral Cork Cotton Cream Crimson Crystal Cypress Deep
Distant Dove Dusk Early Ebony Elm Ember Even Evening Fair Fern Fine Flax Fresh Frost Gentle Gilded Glass Golden
Grand Granite Green Grey Hazel Heather Hemp High Holly Honey Indigo Iron Ivory Jade Jasper Juniper Kind Larch
Laurel Lavender Level Light Lilac Lime Linen Long Lunar Maple Marble Mauve Mellow Mild Mint Misty Morning Mossy
Narrow Navy Noble Northern Oak Ochre Olive Opal Open Orange Paper Pastel Patient Pearl Pewter Pine Plain Plum
Poplar Purple Quartz Quiet Rose Ruby Russet Sable Saffron Sage Sand Sapphire Scarlet Serene Silent Silk Silver
Slate Smooth Snowy Steady
"""

_NOUNS = """
Arch Avenue Bank Basin Bay Beach Bend Bluff Bridge Brook Canal Canyon Cape Cascade Causeway Cave Channel Cliff
Coast Cove Crag Creek Crest Crossing Dale Dell Delta Desert Dune Estuary Falls Fell Fen Field Fjord Ford Forest
Fountain Garden Gate Glacier Glade Glen Gorge Grange Grove Gulf Harbour Haven Heath Hedge Highland Hill Hollow
Horizon Inlet Island Isle Jetty Lagoon Lake Landing Lane Ledge Lighthouse Lock Lookout Lowland Marsh Meadow Mere
Mesa Moor Mountain Narrows Oasis Orchard Park Pass Path Peak Peninsula Pier Plain Plateau Plaza Point Pond Pool
Prairie Promenade Quay Ravine Reef Reservoir Ridge Rill River Road Rock Sands Savannah Sea Shoal Shore Sound
Spring Square Steppe Stream Summit Terrace Thicket Tower Trail Tundra Vale Valley Viaduct Village Vineyard Vista
Water Waterfall Well Wharf Wood Woodland
"""

WORDS: tuple[str, ...] = tuple(_WORDS.split())
QUALITIES: tuple[str, ...] = tuple(_QUALITIES.split())
NOUNS: tuple[str, ...] = tuple(_NOUNS.split())

if (len(set(WORDS)), len(set(QUALITIES)), len(set(NOUNS))) != (256, 128, 128):
    raise RuntimeError("each list has its number of different words")
