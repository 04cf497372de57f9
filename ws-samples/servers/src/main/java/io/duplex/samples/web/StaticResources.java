package io.duplex.samples.web;

import io.duplex.http.HttpHandler;
import io.duplex.http.HttpRequest;
import io.duplex.http.HttpResponse;
import io.duplex.http.HttpStatus;
import io.duplex.http.PathPattern;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Serves resources by name: html, css, js, json, txt, svg, png, ico and woff2. Other endings are not served,
 * so no class file or folder listing can leak. Under a wildcard route the name is the part that the wildcard
 * matched, otherwise the whole path. {@code index.html} is appended to an empty name and to one that ends in
 * a slash.
 *
 * <p>Names with dot segments, empty segments, colons, backslashes or hidden files are not found, so a name
 * never leaves its folder. Each resource is read once, on the thread of its first request, and kept in
 * memory. Use a source that does not change, such as the class path. Thread-safe.
 */
public final class StaticResources implements HttpHandler {
    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "txt", "text/plain; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2");

    private final Function<String, InputStream> source;
    private final ConcurrentHashMap<String, Resource> resources = new ConcurrentHashMap<>();

    private StaticResources(Function<String, InputStream> source) {
        this.source = source;
    }

    /** Both answers for a resource, made once: responses are immutable. */
    private record Resource(String entityTag, HttpResponse whole, HttpResponse notModified) {
        static Resource of(byte[] bytes, String contentType) {
            String tag = entityTag(bytes);
            return new Resource(tag, cached(HttpResponse.of(HttpStatus.OK).body(bytes, contentType), tag),
                    cached(HttpResponse.of(HttpStatus.NOT_MODIFIED), tag));
        }

        private static HttpResponse cached(HttpResponse response, String tag) {
            return response.header("ETag", tag)
                    .header("Cache-Control", "no-cache")
                    .header("X-Content-Type-Options", "nosniff");
        }

        private static String entityTag(byte[] bytes) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return '"' + HexFormat.of().formatHex(digest, 0, 16) + '"';
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-256", e);
            }
        }
    }

    /**
     * Serves resources from a function.
     *
     * @param source opens the resource of a name such as {@code img/logo.png}, or returns null if there is
     * none; may be called from several threads at once
     * @return the handler
     */
    public static StaticResources of(Function<String, InputStream> source) {
        return new StaticResources(Objects.requireNonNull(source, "source"));
    }

    /**
     * Serves a folder of the class path. If the resources are in another named module, their folder must be
     * open to this module or have a name that is not a package name (such as {@code web-root}); otherwise
     * pass {@code name -> Foo.class.getResourceAsStream(name)} to {@link #of}.
     *
     * @param anchor a class in the module of the resources
     * @param folder as for {@link Class#getResourceAsStream}: absolute, or relative to the class
     * @return the handler
     */
    public static StaticResources ofClassPath(Class<?> anchor, String folder) {
        Objects.requireNonNull(anchor, "anchor");
        String prefix = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
        return of(name -> anchor.getResourceAsStream(prefix + name));
    }

    /**
     * Serves resources from memory.
     *
     * @param contents the bytes for each name, such as {@code index.html}; copied
     * @return the handler
     */
    public static StaticResources ofMemory(Map<String, byte[]> contents) {
        Map<String, byte[]> copy = contents.entrySet()
                .stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue().clone()));
        return of(name -> copy.containsKey(name) ? new ByteArrayInputStream(copy.get(name)) : null);
    }

    /**
     * Reads resources now, so that a later request succeeds even if the process is out of file descriptors.
     * Other resources are read on their first request.
     *
     * @param names names such as {@code index.html}
     * @return this
     * @throws IllegalArgumentException if a resource does not exist or has no known content type
     * @throws UncheckedIOException     if a resource cannot be read
     */
    public StaticResources load(String... names) {
        for (String name : names) {
            if (find(name).isEmpty()) {
                throw new IllegalArgumentException("there is no resource " + name);
            }
        }
        return this;
    }

    /**
     * Answers 200 with the resource, 304 if the client has it already (RFC 9110 section 13.1.2), 404 if there
     * is none, and 405 for a method other than GET and HEAD. The stage fails if the resource cannot be read.
     */
    @Override
    public CompletionStage<HttpResponse> handle(HttpRequest request) {
        if (!GET_AND_HEAD.contains(request.method())) {
            return CompletableFuture.completedStage(HttpResponse.methodNotAllowed("GET", "HEAD"));
        }
        try {
            return CompletableFuture.completedStage(answer(request));
        } catch (UncheckedIOException e) {
            return CompletableFuture.failedStage(e);
        }
    }

    private HttpResponse answer(HttpRequest request) {
        String name = request.pathParameter(PathPattern.REST).orElseGet(() -> request.path().substring(1));
        List<String> known = request.headers().all("If-None-Match");
        return find(name.isEmpty() || name.endsWith("/") ? name + "index.html" : name)
                .map(resource -> hasTag(known, resource.entityTag) ? resource.notModified : resource.whole)
                .orElseGet(HttpResponse::notFound);
    }

    /** Compares weakly, as If-None-Match does. Our tags contain no comma, so splitting is safe. */
    private static boolean hasTag(List<String> values, String entityTag) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                .anyMatch(tag -> tag.equals("*") || tag.equals(entityTag));
    }

    private Optional<Resource> find(String name) {
        String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        String contentType = CONTENT_TYPES.get(ending);
        if (contentType == null || !isSafe(name)) {
            return Optional.empty();
        }
        return Optional.ofNullable(resources.computeIfAbsent(name, key -> load(key, contentType)));
    }

    /** Checked here although request paths are normalised: path parameters may come from any caller. */
    private static boolean isSafe(String name) {
        return Arrays.stream(name.split("/", -1))
                .noneMatch(segment -> segment.isEmpty() || segment.startsWith("."))
                && name.chars().noneMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c));
    }

    /** Returns null if there is no such resource, so that {@code computeIfAbsent} stores nothing. */
    private Resource load(String name, String contentType) {
        try (InputStream in = source.apply(name)) {
            return in == null ? null : Resource.of(in.readAllBytes(), contentType);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
