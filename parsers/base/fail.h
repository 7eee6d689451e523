/*
 * A failing machine: out of memory, disk full, output that cannot be written.
 *
 * Three sorts of trouble are told apart. A bug asserts. Bad evidence is marked damaged and the run goes
 * on. A machine that fails ends the program here, with one message and one exit status, so that no
 * caller has to handle memory that is not there.
 */
#ifndef ACTDX_BASE_FAIL_H
#define ACTDX_BASE_FAIL_H

/* Sets the program's name and the exit status of machine_failed: 7 for the analyzer, 3 for the
 * collector. `name` is not copied. Call once, first thing in main. */
void machine_failed_as(const char *name, int exit_status);

/* Prints "NAME: WHAT" to standard error and ends the program. */
_Noreturn void machine_failed(const char *what);

#endif
