package io.duplex.transport;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Loads classes before they are needed. If loading or initializing a class fails once, for want of a file
 * descriptor or memory at that moment, it fails as long as the process lives (JVMS 5.4.3, 5.5). So a server
 * loads all its classes before it accepts the first connection. Thread-safe.
 */
public final class Preparation {
    private static final String SUFFIX = ".class";
    private static final Set<Class<?>> LOADED = ConcurrentHashMap.newKeySet();

    private Preparation() {}

    /**
     * Loads and initializes all classes of some packages, once in a process.
     *
     * @param onePerPackage a class of each package; all of the same module
     * @throws IOException if they cannot be read now; a later call tries again
     */
    public static void load(Class<?>... onePerPackage) throws IOException {
        load(true, onePerPackage);
    }

    /**
     * Loads all classes of some packages without running static initializers, for packages with classes that
     * may never be used.
     *
     * @param onePerPackage a class of each package; all of the same module
     * @throws IOException if they cannot be read now; a later call tries again
     */
    public static void loadOnly(Class<?>... onePerPackage) throws IOException {
        load(false, onePerPackage);
    }

    private static void load(boolean initialize, Class<?>... onePerPackage) throws IOException {
        if (LOADED.containsAll(List.of(onePerPackage))) {
            return;
        }
        Class<?> anchor = onePerPackage[0];
        Set<String> folders = Stream.of(onePerPackage)
                .map(each -> each.getPackageName().replace('.', '/') + '/')
                .collect(Collectors.toSet());
        boolean complete = true;
        for (String name : resources(anchor)) {
            int simpleName = name.lastIndexOf('/') + 1;
            if (name.endsWith(SUFFIX) && folders.contains(name.substring(0, simpleName))
                    && !name.startsWith("package-info", simpleName)) {
                complete &= load(name, initialize, anchor.getClassLoader());
            }
        }
        if (complete) {
            LOADED.addAll(List.of(onePerPackage));
        }
    }

    private static boolean load(String name, boolean initialize, ClassLoader loader) {
        try {
            Class.forName(name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'), initialize,
                    loader);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            // If it is needed, its use reports the failure.
            return false;
        }
    }

    private static List<String> resources(Class<?> anchor) throws IOException {
        Optional<ResolvedModule> module = Optional.ofNullable(anchor.getModule().getLayer())
                .flatMap(layer -> layer.configuration().findModule(anchor.getModule().getName()));
        if (module.isPresent()) {
            try (ModuleReader reader = module.get().reference().open();
                    Stream<String> names = reader.list()) {
                return names.toList();
            }
        }
        Optional<Path> place = place(anchor);
        if (place.isEmpty()) {
            return List.of();
        }
        return Files.isDirectory(place.get()) ? inFolder(place.get()) : inArchive(place.get());
    }

    /** The file or folder of a class; empty if it has none. */
    private static Optional<Path> place(Class<?> anchor) {
        CodeSource source = anchor.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null
                || !source.getLocation().getProtocol().equals("file")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static List<String> inFolder(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> folder.relativize(file).toString().replace('\\', '/')).toList();
        }
    }

    private static List<String> inArchive(Path archive) throws IOException {
        try (ZipFile jar = new ZipFile(archive.toFile())) {
            return jar.stream().map(ZipEntry::getName).toList();
        }
    }
}
