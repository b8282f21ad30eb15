#pragma once
// MUMPS, sequential, double precision: its structure behind functions, since Swift sees C arrays as
// tuples. Numbers of controls and statistics are those of MUMPS' manual, counted from 1.
#include <dmumps_c.h>
#include <stdlib.h>

typedef DMUMPS_STRUC_C kiln_mumps;

/// A symmetric indefinite instance that prints nothing; NULL without memory.
static inline kiln_mumps *kiln_mumps_new(void) {
  kiln_mumps *m = (kiln_mumps *)calloc(1, sizeof(kiln_mumps));
  if (m == NULL) return NULL;
  m->sym = 2;
  m->par = 1;
  m->comm_fortran = -987654;
  m->job = -1;
  dmumps_c(m);
  for (int i = 0; i < 4; i++) m->icntl[i] = 0;
  return m;
}

static inline void kiln_mumps_free(kiln_mumps *m) {
  m->job = -2;
  dmumps_c(m);
  free(m);
}

static inline void kiln_mumps_control(kiln_mumps *m, int number, int value) {
  m->icntl[number - 1] = value;
}

static inline void kiln_mumps_real_control(kiln_mumps *m, int number, double value) {
  m->cntl[number - 1] = value;
}

/// INFOG(number) of the last call.
static inline int kiln_mumps_information(const kiln_mumps *m, int number) {
  return m->infog[number - 1];
}

/// RINFOG(number) of the last call.
static inline double kiln_mumps_real_information(const kiln_mumps *m, int number) {
  return m->rinfog[number - 1];
}

/// Upper triangle as triplets counted from 1; `places[i]` is when equation i is eliminated, from 1.
/// The arrays stay the caller's and must outlive factorisation.
static inline int kiln_mumps_analyse(
    kiln_mumps *m, int order, int64_t count, int *rows, int *columns, int *places) {
  m->n = order;
  m->nnz = count;
  m->irn = rows;
  m->jcn = columns;
  m->perm_in = places;
  m->job = 1;
  dmumps_c(m);
  return m->infog[0];
}

static inline int kiln_mumps_factorise(kiln_mumps *m, double *values) {
  m->a = values;
  m->job = 2;
  dmumps_c(m);
  m->a = NULL;
  return m->infog[0];
}

/// Solves in place for `count` columns of `m->n` numbers.
static inline int kiln_mumps_solve(kiln_mumps *m, double *right, int count) {
  m->rhs = right;
  m->nrhs = count;
  m->lrhs = m->n;
  m->job = 3;
  dmumps_c(m);
  m->rhs = NULL;
  return m->infog[0];
}
