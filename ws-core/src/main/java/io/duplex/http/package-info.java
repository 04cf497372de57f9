/**
 * HTTP/1.1 message heads in both directions (RFC 9110, RFC 9112), strict, and what a plain HTTP handler needs
 * that lives on the same port as WebSocket: requests, responses, routes and static resources.
 *
 * <p>Nothing here reads a socket, starts a thread, asks a clock, or knows WebSocket. Message bodies are
 * written ({@link io.duplex.http.HttpResponse}) but never read: a request that has one is refused
 * ({@link io.duplex.http.PlainHttpExchange}).
 */
package io.duplex.http;
