"""Operators on small objects: a ray tracer over a vector class."""

import math
import sys


class Vector:
    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    __rmul__ = __mul__

    def __neg__(self):
        return Vector(-self.x, -self.y, -self.z)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z

    def unit(self):
        return self * (1.0 / math.sqrt(self.dot(self)))


class Ray:
    def __init__(self, origin, direction):
        self.origin = origin
        self.direction = direction.unit()

    def at(self, distance):
        return self.origin + self.direction * distance


class Sphere:
    def __init__(self, centre, radius, colour, mirror):
        self.centre = centre
        self.radius = radius
        self.colour = colour
        self.mirror = mirror

    def hit(self, ray):
        to_centre = self.centre - ray.origin
        along = to_centre.dot(ray.direction)
        off2 = to_centre.dot(to_centre) - along * along
        reach = self.radius * self.radius - off2
        if reach < 0.0:
            return None
        distance = along - math.sqrt(reach)
        if distance > 1e-6:
            return distance
        return None

    def normal(self, point):
        return (point - self.centre).unit()

    def colour_at(self, point):
        return self.colour


class Floor:
    mirror = 0.1

    def __init__(self, height):
        self.height = height

    def hit(self, ray):
        if ray.direction.y >= -1e-9:
            return None
        distance = (self.height - ray.origin.y) / ray.direction.y
        if distance > 1e-6:
            return distance
        return None

    def normal(self, point):
        return Vector(0.0, 1.0, 0.0)

    def colour_at(self, point):
        if (math.floor(point.x) + math.floor(point.z)) % 2:
            return 0.2
        return 0.9


class Scene:
    def __init__(self, shapes, light):
        self.shapes = shapes
        self.light = light

    def nearest(self, ray):
        found = None
        best = 1e30
        for shape in self.shapes:
            distance = shape.hit(ray)
            if distance is not None and distance < best:
                best = distance
                found = shape
        return found, best

    def trace(self, ray, depth):
        shape, distance = self.nearest(ray)
        if shape is None:
            return 0.3 + 0.3 * max(ray.direction.y, 0.0)
        point = ray.at(distance)
        normal = shape.normal(point)
        to_light = (self.light - point).unit()
        blocker, _ = self.nearest(Ray(point, to_light))
        brightness = 0.1
        if blocker is None:
            brightness += 0.9 * max(normal.dot(to_light), 0.0)
        result = shape.colour_at(point) * brightness
        if depth > 0 and shape.mirror > 0.0:
            bounce = ray.direction - 2.0 * ray.direction.dot(normal) * normal
            reflected = self.trace(Ray(point, bounce), depth - 1)
            result = result * (1.0 - shape.mirror) + reflected * shape.mirror
        return result


def main():
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 250
    shapes = [Floor(-1.0)]
    for i in range(5):
        centre = Vector(i - 2.0, -0.4 + 0.2 * (i % 3), 4.0 + i % 2)
        shapes.append(Sphere(centre, 0.6, 0.4 + 0.1 * i, 0.3))
    scene = Scene(shapes, Vector(-5.0, 8.0, -3.0))
    eye = Vector(0.0, 0.3, -2.0)
    total = 0
    for y in range(size):
        for x in range(size):
            direction = Vector(2.0 * x / size - 1.0, 1.0 - 2.0 * y / size, 1.5)
            total += int(255.0 * scene.trace(Ray(eye, direction), 3))
    print("raytrace", size, total)


if __name__ == "__main__":
    main()
