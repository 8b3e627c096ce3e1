package io.github.ideal4j.prior;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * All token files of a training, read and checked against each other.
 *
 * @param train tokens of the training images
 * @param mirrored tokens of the same images mirrored
 * @param validation tokens that are only measured
 * @param classes labels in alphabetical order; the place in the list is the class
 * @param trainClasses class of every training row
 * @param validationClasses class of every validation row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; lists would box every token
record PriorViews(
    PriorTokens train,
    Optional<PriorTokens> mirrored,
    Optional<PriorTokens> validation,
    List<String> classes,
    int[] trainClasses,
    int[] validationClasses) {

  static PriorViews read(PriorSources sources) throws IOException {
    PriorTokens train = PriorTokens.read(sources.train());
    List<String> classes = train.classes();
    Optional<PriorTokens> mirrored = Optional.empty();
    if (sources.mirrored().isPresent()) {
      mirrored = Optional.of(readBeside(train, sources.mirrored().get()));
      train.requireSameImages(mirrored.get(), sources.mirrored().get());
    }
    Optional<PriorTokens> validation = Optional.empty();
    int[] validationClasses = {};
    if (sources.validation().isPresent()) {
      Path source = sources.validation().get();
      validation = Optional.of(readBeside(train, source));
      validationClasses = validation.get().classesOf(classes);
    }
    int[] trainClasses = train.classesOf(classes);
    return new PriorViews(train, mirrored, validation, classes, trainClasses, validationClasses);
  }

  private static PriorTokens readBeside(PriorTokens train, Path source) throws IOException {
    PriorTokens tokens = PriorTokens.read(source);
    train.requireSameTokenizer(tokens, source);
    return tokens;
  }

  /** What the model's shape takes from the data. */
  PriorData sizes() {
    return new PriorData(
        train.info().codebookSize(),
        classes.size(),
        train.info().rows() / train.info().tokenizer().codebooks(),
        train.info().columns(),
        train.info().tokenizer().codebooks());
  }

  String tokenizerSha256() {
    return train.info().tokenizerSha256();
  }

  /** How many views there are of each image. */
  int count() {
    return mirrored.isPresent() ? 2 : 1;
  }

  /** All views on the device: first all plain, then all mirrored. */
  DeviceTokens onDevice(NDManager manager) {
    if (mirrored.isEmpty()) {
      return DeviceTokens.of(manager, train.tokens(), trainClasses);
    }
    return DeviceTokens.of(
        manager,
        concat(train.tokens(), mirrored.get().tokens()),
        concat(trainClasses, trainClasses));
  }

  /** The validation tokens on the device. */
  Optional<DeviceTokens> validationOnDevice(NDManager manager) {
    return validation.map(held -> DeviceTokens.of(manager, held.tokens(), validationClasses));
  }

  private static int[] concat(int[] first, int[] second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
