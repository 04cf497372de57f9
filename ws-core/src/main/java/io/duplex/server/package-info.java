/**
 * Servers: {@link io.duplex.server.WebSocketServer}, the endpoints it serves, and the policies that decide
 * which requests it accepts.
 */
package io.duplex.server;
