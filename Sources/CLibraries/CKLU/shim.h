#pragma once
// SuiteSparse KLU: sparse LU for circuits and grids (klu_*).
#include <suitesparse/klu.h>
