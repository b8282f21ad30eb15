#pragma once
// FFTW 3, double precision (fftw_*).
#include <fftw3.h>
