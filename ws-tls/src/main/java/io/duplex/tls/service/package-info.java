/** Services that other modules find by {@link java.util.ServiceLoader}. */
package io.duplex.tls.service;
