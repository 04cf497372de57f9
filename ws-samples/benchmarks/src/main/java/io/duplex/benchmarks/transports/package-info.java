/**
 * What the transports cost over real sockets, each beside a bare TCP echo on the same kind of socket: the
 * budget. Servers run in processes of their own, so that their processor time can be told from the load
 * generator's.
 */
package io.duplex.benchmarks.transports;
