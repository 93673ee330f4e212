"""Every scenario that comes along, by name."""

from collections.abc import Mapping
from types import MappingProxyType

from graph_schema.demo import fair_district, jinchang, jinchang_2023, wuzhong, yixing, yongji
from graph_schema.demo.scene import Scene

SCENES: Mapping[str, Scene] = MappingProxyType(
    {
        scene.name: scene
        for scene in (
            jinchang.SCENE,
            jinchang_2023.SCENE,
            wuzhong.SCENE,
            yongji.SCENE,
            yixing.SCENE,
            fair_district.SCENE,
        )
    }
)
"""In the order in which they are listed."""
