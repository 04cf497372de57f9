/**
 * Frames on the wire (RFC 6455 section 5): syntax only. This package reads and writes bytes; it knows neither
 * which frame may come when, nor HTTP.
 */
package io.duplex.frame;
