package io.duplex;

import io.duplex.internal.runtime.EnvironmentProxies;
import io.duplex.internal.runtime.SelectorProxies;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Says which proxy the way to a server goes through. Asked once for each connection, and again for each
 * redirect that is followed, on a virtual thread; it may block. Must be thread-safe.
 */
@FunctionalInterface
public interface ProxyChooser {
    /**
     * Chooses. What this throws fails the connection.
     *
     * @param target where the connection is to lead, with the scheme ws or wss
     * @return the proxy; empty for the direct way
     */
    Optional<ProxyServer> choose(URI target);

    /**
     * The direct way to everywhere, which is the default.
     *
     * @return a chooser of no proxy
     */
    static ProxyChooser none() {
        return target -> Optional.empty();
    }

    /**
     * One proxy for everything, the local host included.
     *
     * @param proxy the proxy
     * @return a chooser of this proxy
     */
    static ProxyChooser always(ProxyServer proxy) {
        Optional<ProxyServer> chosen = Optional.of(proxy);
        return target -> chosen;
    }

    /**
     * What {@link ProxySelector#getDefault()} says at the time, which by default follows the system
     * properties {@code http.proxyHost}, {@code https.proxyHost}, {@code socksProxyHost},
     * {@code http.nonProxyHosts} and, with {@code java.net.useSystemProxies}, the settings of the desktop.
     *
     * @return a chooser that asks the virtual machine's selector
     */
    static ProxyChooser selector() {
        return target -> Optional.ofNullable(ProxySelector.getDefault())
                .flatMap(selector -> SelectorProxies.choose(selector, target));
    }

    /**
     * What a selector says, asked for http in place of ws and https in place of wss. The first proxy of its
     * list counts. Selectors know no credentials.
     *
     * @param selector the selector
     * @return a chooser that asks it
     */
    static ProxyChooser selector(ProxySelector selector) {
        Objects.requireNonNull(selector, "selector");
        return target -> SelectorProxies.choose(selector, target);
    }

    /**
     * What the environment of this process says, read now: {@code http_proxy} for ws, {@code https_proxy} for
     * wss, {@code all_proxy} for both, {@code no_proxy} for exceptions; each also in upper case but for the
     * first, which any client of a CGI program could set. Lower case wins.
     *
     * @return a chooser by these variables
     * @throws IllegalArgumentException if one holds no proxy's URL; the message names it and repeats no
     * credentials
     */
    static ProxyChooser environment() {
        return environment(System.getenv());
    }

    /**
     * As {@link #environment()}, of variables that are given.
     *
     * @param variables names and values
     * @return a chooser by these variables
     * @throws IllegalArgumentException if one holds no proxy's URL; the message names it and repeats no
     * credentials
     */
    static ProxyChooser environment(Map<String, String> variables) {
        return EnvironmentProxies.of(variables);
    }
}
