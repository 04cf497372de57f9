package io.duplex.benchmarks.transports;

import java.awt.Color;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Writes the figures of result files into a page: the text between {@code <!-- begin FILE -->} and
 * {@code <!-- end FILE -->} becomes the tables of that file, and its plot is written beside it.
 */
@Command(name = "BenchmarkDocs", mixinStandardHelpOptions = true, showDefaultValues = true,
        description = "Writes the tables of result files into the parts of a page that are marked with "
                + "'<!-- begin FILE -->' and '<!-- end FILE -->', and a plot beside each file.")
public final class BenchmarkDocs implements Callable<Integer> {
    private static final Pattern PART =
            Pattern.compile("(<!-- begin (\\S+) -->\\n).*?(<!-- end \\2 -->)", Pattern.DOTALL);
    private static final int WIDTH = 1000;
    private static final int HEIGHT = 420;
    private static final int LABEL_DEGREES = 15;

    @Parameters(paramLabel = "PAGE", description = "The page.", defaultValue = "docs/benchmarks.md")
    private Path page;

    @Option(names = "--check", description = "Writes nothing, and exits with 1 if the page differs.")
    private boolean check;

    /**
     * Runs the command.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new BenchmarkDocs()).execute(args));
    }

    @Override
    public Integer call() throws IOException {
        String before = Files.readString(page);
        String after = withTables(before, page.toAbsolutePath().getParent());
        if (check) {
            return after.equals(before) ? 0 : 1;
        }
        Files.writeString(page, after);
        for (Matcher part = PART.matcher(after); part.find();) {
            plot(page.toAbsolutePath().getParent().resolve(part.group(2)));
        }
        return 0;
    }

    /** Returns the page with the tables of its result files, whose names are relative to the folder. */
    static String withTables(String page, Path folder) throws IOException {
        StringBuilder filled = new StringBuilder();
        Matcher part = PART.matcher(page);
        while (part.find()) {
            Results results = Results.read(folder.resolve(part.group(2)));
            String text = "\nTaken at " + results.begun() + " on " + results.machine()
                    + String.format("; load average before the run %.1f.%n%n", results.loadAverage())
                    + new Report(results).markdown();
            part.appendReplacement(filled,
                    Matcher.quoteReplacement(part.group(1) + text + part.group(3)));
        }
        return part.appendTail(filled).toString();
    }

    /** Draws rates relative to the first base, for every contestant and scenario that has both. */
    @SuppressWarnings("deprecation") // Of XChart, which has no other encoder of SVG.
    private static void plot(Path file) throws IOException {
        Results results = Results.read(file);
        String base = results.kind().bases().getFirst();
        List<String> scenarios = new ArrayList<>();
        Map<String, List<Double>> ratios = new LinkedHashMap<>();
        for (Match match : results.matches()) {
            Map<String, Double> ofMatch = new LinkedHashMap<>();
            match.rounds()
                    .keySet()
                    .forEach(label -> match
                            .ratio(label, results.kind().base(label, base), Sample::perSecond)
                            .filter(spread -> !label.equals(results.kind().base(label, base)))
                            .ifPresent(spread -> ofMatch.put(label, spread.median())));
            if (!ofMatch.isEmpty()) {
                scenarios.add(match.title());
                ofMatch.keySet().forEach(label -> ratios.computeIfAbsent(label, unused -> new ArrayList<>()));
                ratios.forEach((label, values) -> {
                    while (values.size() < scenarios.size() - 1) {
                        values.add(0.0);
                    }
                    values.add(ofMatch.getOrDefault(label, 0.0));
                });
            }
        }
        if (scenarios.isEmpty()) {
            return;
        }
        CategoryChart chart = new CategoryChartBuilder().width(WIDTH)
                .height(HEIGHT)
                .title("Rate relative to " + base)
                .build();
        chart.getStyler().setXAxisLabelRotation(LABEL_DEGREES);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE).setChartBackgroundColor(Color.WHITE);
        ratios.forEach((label, values) -> chart.addSeries(label, scenarios, values));
        try (OutputStream svg =
                Files.newOutputStream(Path.of(file.toString().replaceFirst("\\.json$", ".svg")))) {
            VectorGraphicsEncoder.saveVectorGraphic(chart, svg, VectorGraphicsFormat.SVG);
        }
    }
}
