// A bent and ribbed steel bracket: four bolt holes in the foot, one loaded hole in the upright.
// Millimetres. gmsh -setnumber wall 5 -3 -order 2 -format msh2 -o bracket.msh bracket.geo
SetFactory("OpenCASCADE");
DefineConstant[ wall = {5, Name "wall thickness"} ];

length = 100; width = 80; height = 92; bend = 8; rib = 42;

Box(1) = {0, -width/2, 0, length, width, wall};
Box(2) = {0, -width/2, 0, wall, width, height};
BooleanUnion(3) = { Volume{1}; Delete; }{ Volume{2}; Delete; };

// The bend: inner radius `bend`, outer radius one wall more.
eps = 1e-3;
inner() = Curve In BoundingBox {wall-eps, -width/2-eps, wall-eps, wall+eps, width/2+eps, wall+eps};
outer() = Curve In BoundingBox {-eps, -width/2-eps, -eps, eps, width/2+eps, eps};
toe1() = Curve In BoundingBox {length-eps, -width/2-eps, -eps, length+eps, -width/2+eps, wall+eps};
toe2() = Curve In BoundingBox {length-eps, width/2-eps, -eps, length+eps, width/2+eps, wall+eps};
top1() = Curve In BoundingBox {-eps, -width/2-eps, height-eps, wall+eps, -width/2+eps, height+eps};
top2() = Curve In BoundingBox {-eps, width/2-eps, height-eps, wall+eps, width/2+eps, height+eps};
body() = Fillet{3}{inner(0), outer(0), toe1(0), toe2(0), top1(0), top2(0)}
                  {bend, bend+wall, 12, 12, 24, 24};

// The rib in the middle, as thick as the wall.
Point(1001) = {wall/2, -wall/2, wall/2};
Point(1002) = {wall+rib, -wall/2, wall/2};
Point(1003) = {wall+rib, -wall/2, wall};
Point(1004) = {wall, -wall/2, wall+rib};
Point(1005) = {wall/2, -wall/2, wall+rib};
Line(1001) = {1001, 1002}; Line(1002) = {1002, 1003}; Line(1003) = {1003, 1004};
Line(1004) = {1004, 1005}; Line(1005) = {1005, 1001};
Curve Loop(1001) = {1001, 1002, 1003, 1004, 1005};
Plane Surface(1001) = {1001};
web() = Extrude {0, wall, 0} { Surface{1001}; };
whole() = BooleanUnion{ Volume{body(0)}; Delete; }{ Volume{web(1)}; Delete; };

// Bolt holes 9 mm, loaded hole 14 mm.
Cylinder(101) = {35, -27, -1, 0, 0, wall+2, 4.5};
Cylinder(102) = {35, 27, -1, 0, 0, wall+2, 4.5};
Cylinder(103) = {82, -27, -1, 0, 0, wall+2, 4.5};
Cylinder(104) = {82, 27, -1, 0, 0, wall+2, 4.5};
Cylinder(105) = {-1, 0, 70, wall+2, 0, 0, 7};
part() = BooleanDifference{ Volume{whole(0)}; Delete; }{ Volume{101:105}; Delete; };

Physical Volume("part") = {part()};
Mesh.MeshSizeMax = 5.5;
Mesh.MeshSizeMin = 2;
Mesh.MeshSizeFromCurvature = 12;
Mesh.Algorithm = 6;
Mesh.Algorithm3D = 1;
Mesh.Optimize = 1;
Mesh.ElementOrder = 2;
Mesh.HighOrderOptimize = 1;
