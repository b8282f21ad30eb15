// A quarter of a plate with a hole, 200 mm x 200 mm with a diameter of 20 mm; millimetres.
// hole-plate.msh is made with: gmsh -2 -format msh41 hole-plate.geo
SetFactory("OpenCASCADE");
Rectangle(1) = {0, 0, 0, 100, 100};
Disk(2) = {0, 0, 0, 10};
BooleanDifference(3) = { Surface{1}; Delete; }{ Surface{2}; Delete; };
bottom() = Curve In BoundingBox{-0.1, -0.1, -0.1, 100.1, 0.1, 0.1};
left() = Curve In BoundingBox{-0.1, -0.1, -0.1, 0.1, 100.1, 0.1};
right() = Curve In BoundingBox{99.9, -0.1, -0.1, 100.1, 100.1, 0.1};
Physical Surface("plate") = {3};
Physical Curve("bottom") = bottom();
Physical Curve("left") = left();
Physical Curve("right") = right();
Mesh.MeshSizeMax = 12;
Mesh.MeshSizeFromCurvature = 64;
Mesh.ElementOrder = 2;
