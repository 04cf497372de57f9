/**
 * Cost of the transports over real sockets, each compared with its budget, a bare TCP echo on the same kind
 * of socket. Servers run in their own processes, so that their processor time is separate from the load
 * generator's.
 */
package io.duplex.benchmarks.transports;
