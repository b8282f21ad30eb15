// An eighth of a spherical tank, radius 6 m to the middle of the wall; millimetres.
// sphere-tank.msh is made with: gmsh -2 -format msh41 sphere-tank.geo
SetFactory("OpenCASCADE");
Sphere(1) = {0, 0, 0, 6000, 0, Pi/2, Pi/2};
Delete { Volume{1}; }
Recursive Delete { Surface{2, 3, 4}; }
across_x() = Curve In BoundingBox{-1, -1, -1, 1, 6001, 6001};
across_y() = Curve In BoundingBox{-1, -1, -1, 6001, 1, 6001};
across_z() = Curve In BoundingBox{-1, -1, -1, 6001, 6001, 1};
Physical Surface("wall") = {1};
Physical Curve("across_x") = across_x();
Physical Curve("across_y") = across_y();
Physical Curve("across_z") = across_z();
Mesh.MeshSizeMax = 900;
Mesh.ElementOrder = 2;
