/**
 * HTTP/1.1 message heads in both directions (RFC 9110, RFC 9112), strict, and plain HTTP on the WebSocket
 * port: an {@link io.duplex.http.HttpHandler} gets requests with their bodies, already read, and answers
 * them.
 *
 * <p>Nothing here reads a socket, starts a thread, reads a clock, or knows WebSocket.
 */
package io.duplex.http;
