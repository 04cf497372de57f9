/** What other modules find by {@link java.util.ServiceLoader}, and nobody names. */
package io.duplex.tls.service;
