package io.duplex.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Serves resources by name: html, css, js, json, txt, svg, png, ico and woff2, and nothing else, so that no
 * class file or folder listing leaves by accident. Under a wildcard route the name is what the wildcard
 * matched, elsewhere the whole path; a name that is empty or ends in a slash gets {@code index.html} behind
 * it.
 *
 * <p>A name never leaves its folder: it has no dot segments, separators other than the slash, empty segments,
 * colons or hidden files. A resource is read once, on the thread of its first request, and kept for good: the
 * source should be one that does not change, such as the class path. Thread-safe.
 */
public final class StaticResources implements HttpHandler {
    private final Function<String, InputStream> source;
    private final ConcurrentHashMap<String, Resource> resources = new ConcurrentHashMap<>();

    private StaticResources(Function<String, InputStream> source) {
        this.source = source;
    }

    private record Resource(byte[] bytes, String contentType, String entityTag) {}

    /**
     * Serves what a function opens.
     *
     * @param source opens the resource of a name such as {@code img/logo.png}, or returns null if there is
     * none; it may be called from several threads at once
     * @return the handler
     */
    public static StaticResources of(Function<String, InputStream> source) {
        return new StaticResources(Objects.requireNonNull(source, "source"));
    }

    /**
     * Serves a folder of the class path. In a named module the folder must be open to this one, or have a
     * name that is no package name (such as {@code web-root}); otherwise pass
     * {@code name -> Foo.class.getResourceAsStream(name)} to {@link #of}.
     *
     * @param anchor a class beside the resources
     * @param folder as for {@link Class#getResourceAsStream}: absolute, or relative to the class
     * @return the handler
     */
    public static StaticResources ofClassPath(Class<?> anchor, String folder) {
        Objects.requireNonNull(anchor, "anchor");
        String prefix = folder.isEmpty() || folder.endsWith("/") ? folder : folder + "/";
        return of(name -> anchor.getResourceAsStream(prefix + name));
    }

    /**
     * Serves what is in memory.
     *
     * @param contents the bytes of each name, such as {@code index.html}; copied
     * @return the handler
     */
    public static StaticResources ofMemory(Map<String, byte[]> contents) {
        Map<String, byte[]> copy = contents.entrySet()
                .stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> entry.getValue().clone()));
        return of(name -> copy.containsKey(name) ? new ByteArrayInputStream(copy.get(name)) : null);
    }

    /**
     * Reads resources now, so that no request meets a process that has no file descriptor left for them.
     * Others are read when they are asked for first.
     *
     * @param names of resources, such as {@code index.html}
     * @return this
     * @throws IllegalArgumentException if there is no such resource, or none of a known type
     * @throws UncheckedIOException     if one cannot be read
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
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
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
        Optional<Resource> found = find(name.isEmpty() || name.endsWith("/") ? name + "index.html" : name);
        if (found.isEmpty()) {
            return HttpResponse.notFound();
        }
        Resource resource = found.get();
        boolean fresh = hasTag(request.headers().all("If-None-Match"), resource.entityTag);
        HttpResponse response = fresh
                ? HttpResponse.of(HttpStatus.NOT_MODIFIED)
                : HttpResponse.of(HttpStatus.OK).withBody(resource.bytes, resource.contentType);
        return response.header("ETag", resource.entityTag)
                .header("Cache-Control", "no-cache")
                .header("X-Content-Type-Options", "nosniff");
    }

    /**
     * Compares weakly, as If-None-Match does. Our tags hold no comma, so splitting others there does no harm.
     */
    private static boolean hasTag(List<String> values, String entityTag) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(HttpSyntax::trim)
                .map(tag -> tag.startsWith("W/") ? tag.substring(2) : tag)
                .anyMatch(tag -> tag.equals("*") || tag.equals(entityTag));
    }

    private Optional<Resource> find(String name) {
        Optional<String> contentType = ContentType.ofName(name);
        if (contentType.isEmpty() || !isSafe(name)) {
            return Optional.empty();
        }
        return Optional.ofNullable(resources.computeIfAbsent(name, key -> load(key, contentType.get())));
    }

    /**
     * The request's path is normalised already; this holds for any caller, and on any file system behind the
     * source.
     */
    private static boolean isSafe(String name) {
        return Arrays.stream(name.split("/", -1))
                .noneMatch(segment -> segment.isEmpty() || segment.startsWith("."))
                && name.chars().noneMatch(c -> c == '\\' || c == ':' || Character.isISOControl(c));
    }

    /** Null where there is nothing, which is how a map is told to keep nothing. */
    private Resource load(String name, String contentType) {
        try (InputStream in = source.apply(name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            return new Resource(bytes, contentType, entityTag(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
