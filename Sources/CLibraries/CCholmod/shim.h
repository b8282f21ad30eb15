#pragma once
// SuiteSparse CHOLMOD, the 64-bit integer interface (cholmod_l_*).
#include <suitesparse/cholmod.h>
