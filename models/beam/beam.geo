// A cantilever, 100 mm x 10 mm x 10 mm, of quadratic tetrahedra.
// beam.msh is made with: gmsh -3 -order 2 -format msh41 beam.geo
SetFactory("OpenCASCADE");
Box(1) = {0, 0, 0, 100, 10, 10};
Mesh.MeshSizeMax = 5;
root() = Surface In BoundingBox{-0.1, -1, -1, 0.1, 11, 11};
tip() = Surface In BoundingBox{99.9, -1, -1, 100.1, 11, 11};
Physical Surface("root") = root();
Physical Surface("tip") = tip();
Physical Volume("body") = {1};
