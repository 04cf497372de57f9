/**
 * The test kit: a clock, a pipe and a host in memory; an event recorder; frames built bit by bit and read
 * naively; raw peers over TCP; faults; leak checks. It depends on the API and the transport SPI only, so that
 * a bug in the protocol packages cannot hide behind the same bug here.
 */
package io.duplex.testkit;
