package io.github.ideal4j.examples;

import io.github.ideal4j.tribuo.TokenDataSource;
import io.github.ideal4j.tribuo.TokenOutputs;
import io.github.ideal4j.tribuo.features.SpatialPyramid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tribuo.MutableDataset;
import org.tribuo.clustering.ClusteringFactory;
import org.tribuo.clustering.kmeans.KMeansTrainer;
import org.tribuo.math.distance.DistanceType;

/** Photographs that look alike, by k-means on their tokens; no labels are needed. */
public final class ClusterPhotographs {

  private ClusterPhotographs() {}

  /** Arguments: a token file, number of clusters. */
  public static void main(String[] arguments) {
    run(Path.of(arguments[0]), Integer.parseInt(arguments[1]))
        .forEach((cluster, paths) -> System.out.printf("%d: %s%n", cluster, paths));
  }

  /** Paths of the photographs by the number of their cluster. */
  static Map<Integer, List<String>> run(Path tokens, int clusters) {
    var source =
        new TokenDataSource<>(
            tokens, new ClusteringFactory(), List.of(new SpatialPyramid(1)), TokenOutputs.none());
    var data = new MutableDataset<>(source);
    var model =
        new KMeansTrainer(
                clusters,
                50,
                DistanceType.L2.getDistance(),
                KMeansTrainer.Initialisation.PLUSPLUS,
                1,
                1)
            .train(data);
    Map<Integer, List<String>> found = new TreeMap<>();
    for (var prediction : model.predict(data)) {
      String path = (String) prediction.getExample().getMetadataValue("path").orElseThrow();
      found.computeIfAbsent(prediction.getOutput().getID(), key -> new ArrayList<>()).add(path);
    }
    return found;
  }
}
