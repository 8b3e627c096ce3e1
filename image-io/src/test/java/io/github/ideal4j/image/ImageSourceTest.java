package io.github.ideal4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSourceTest {

  /** The same files in each of the three kinds of source. */
  enum Kind {
    FOLDER {
      @Override
      Path write(Path parent, Map<String, byte[]> files) throws IOException {
        Path root = parent.resolve("photos");
        for (var file : files.entrySet()) {
          Path path = root.resolve(file.getKey());
          Files.createDirectories(path.getParent());
          Files.write(path, file.getValue());
        }
        return root;
      }
    },
    ZIP {
      @Override
      Path write(Path parent, Map<String, byte[]> files) throws IOException {
        Path path = parent.resolve("photos.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
          for (var file : files.entrySet()) {
            zip.putNextEntry(new ZipEntry(file.getKey()));
            zip.write(file.getValue());
          }
        }
        return path;
      }
    },
    TAR {
      @Override
      Path write(Path parent, Map<String, byte[]> files) throws IOException {
        Path path = parent.resolve("photos.tar");
        try (OutputStream out = Files.newOutputStream(path);
            TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
          for (var file : files.entrySet()) {
            TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
            entry.setSize(file.getValue().length);
            tar.putArchiveEntry(entry);
            tar.write(file.getValue());
            tar.closeArchiveEntry();
          }
        }
        return path;
      }
    };

    abstract Path write(Path parent, Map<String, byte[]> files) throws IOException;
  }

  @TempDir private Path folder;

  private static Map<String, byte[]> files(String... namesAndContents) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      files.put(namesAndContents[i], namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return files;
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void foldersAreClassesAndPathsAreSorted(Kind kind) throws IOException {
    Path path =
        kind.write(
            folder,
            files(
                "dog/2.PNG",
                "d2",
                "cat/1.jpg",
                "c1",
                "top.bmp",
                "t",
                "cat/notes.txt",
                "no",
                "dog/.hidden.jpg",
                "no"));
    try (ImageSource source = ImageSource.open(path)) {
      assertThat(source.entries())
          .containsExactly(
              new ImageEntry("cat/1.jpg", "cat", null),
              new ImageEntry("dog/2.PNG", "dog", null),
              new ImageEntry("top.bmp", null, null));
      assertThat(source.classes()).containsExactly("cat", "dog");
      assertThat(source.read(source.entries().get(1))).asString().isEqualTo("d2");
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void labelsCsvDecidesWhatThereIsInWhichOrder(Kind kind) throws IOException {
    String csv =
        "\uFEFFpath,label,class,split\nb.jpg,0,\"Bee, wild\",train\na.jpg,7,,test\nc.jpg,,,\n";
    Path path =
        kind.write(folder, files("a.jpg", "A", "b.jpg", "B", "d.jpg", "D", "labels.csv", csv));
    try (ImageSource source = ImageSource.open(path)) {
      assertThat(source.entries())
          .containsExactly(
              new ImageEntry("b.jpg", "Bee, wild", "train"),
              new ImageEntry("a.jpg", "7", "test"),
              new ImageEntry("c.jpg", null, null));
      assertThatThrownBy(() -> source.read(source.entries().get(2)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("c.jpg");
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"../evil.jpg", "a/../../evil.jpg", "/etc/evil.jpg", "C:\\evil.jpg"})
  void entriesThatLeadOutOfAnArchiveAreRefused(String name) throws IOException {
    for (Kind kind : List.of(Kind.ZIP, Kind.TAR)) {
      Path path = kind.write(folder, files("a.jpg", "A", name, "E"));
      assertThatThrownBy(() -> ImageSource.open(path))
          .isInstanceOf(ImageFormatException.class)
          .hasMessageContaining("entry '%s' leads outside of the archive", name);
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void labelsCsvThatLeadsOutIsRefused(Kind kind) throws IOException {
    Path path = kind.write(folder, files("a.jpg", "A", "labels.csv", "path\n../../secret.jpg\n"));
    assertThatThrownBy(() -> ImageSource.open(path))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageContaining("'../../secret.jpg' leads outside");
  }

  @Test
  void labelsCsvSaysWhatItLacks() throws IOException {
    Path noPath = Kind.ZIP.write(folder, files("labels.csv", "file,class\na.jpg,x\n"));
    assertThatThrownBy(() -> ImageSource.open(noPath))
        .hasMessageContaining("no column 'path' among [file, class]");
    Path twice = Kind.ZIP.write(folder, files("labels.csv", "path\na.jpg\na.jpg\n"));
    assertThatThrownBy(() -> ImageSource.open(twice))
        .hasMessageContaining("line 3 repeats 'a.jpg'");
  }

  @Test
  void damageInAZipIsFoundByItsSum() throws IOException {
    Path path = folder.resolve("photos.zip");
    byte[] content = "a content that is easy to find".getBytes(StandardCharsets.UTF_8);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      zip.setLevel(0);
      zip.putNextEntry(new ZipEntry("a.jpg"));
      zip.write(content);
    }
    byte[] bytes = Files.readAllBytes(path);
    bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("easy")] ^= 1;
    Files.write(path, bytes);
    try (ImageSource source = ImageSource.open(path)) {
      assertThatThrownBy(() -> source.read(source.entries().get(0)))
          .hasMessage("'a.jpg': damaged in the archive: wrong CRC");
    }
  }

  // 65 MiB of zeros are 65 kB in the archive.
  @Test
  void entryThatUnpacksToMoreThanAnImageMayHaveIsRefused() throws IOException {
    Path path = folder.resolve("bomb.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      zip.putNextEntry(new ZipEntry("bomb.png"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 65; i++) {
        zip.write(zeros);
      }
    }
    try (ImageSource source = ImageSource.open(path)) {
      assertThatThrownBy(() -> source.read(source.entries().get(0)))
          .hasMessage("'bomb.png': larger than the 64 MiB an image file may have");
    }
  }

  @Test
  void cutTarIsRefused() throws IOException {
    Path path = Kind.TAR.write(folder, files("a.jpg", "A".repeat(5000)));
    Files.write(path, java.util.Arrays.copyOf(Files.readAllBytes(path), 2000));
    assertThatThrownBy(() -> readAll(path)).isInstanceOf(IOException.class);
  }

  private static void readAll(Path path) throws IOException {
    try (ImageSource source = ImageSource.open(path)) {
      for (ImageEntry entry : source.entries()) {
        source.read(entry);
      }
    }
  }

  @Test
  void folderNamedLikeAnImageIsNoImage() throws IOException {
    Files.createDirectories(folder.resolve("x.jpg/y.jpg"));
    try (ImageSource source = ImageSource.open(folder)) {
      assertThat(source.entries()).isEmpty();
    }
  }

  // As non-ASCII names are where the locale has only ASCII.
  @Test
  void nameThatCannotBeSpelledIsAnErrorOfItsImage() throws IOException {
    try (ImageSource source = ImageSource.open(folder)) {
      assertThatThrownBy(() -> source.read(new ImageEntry("a\0b.jpg", null, null)))
          .isInstanceOf(ImageFormatException.class)
          .hasMessageStartingWith("'a\\u0000b.jpg': its name cannot be spelled here");
    }
  }

  @Test
  void whatIsNoSourceIsNamed() throws IOException {
    assertThatThrownBy(() -> ImageSource.open(folder.resolve("nothing")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("give a folder, a .zip or a .tar");
    Path text = Files.writeString(folder.resolve("a.zip"), "not a zip");
    assertThatThrownBy(() -> ImageSource.open(text)).hasMessageContaining("not a zip archive");
    Path gz = Files.writeString(folder.resolve("a.tar.gz"), "x");
    assertThatThrownBy(() -> ImageSource.open(gz)).hasMessageContaining("not a source of images");
  }

  @Test
  void samplesOfWebdatasetComeAsStoredWithTheirClasses() throws IOException {
    Path path =
        Kind.TAR.write(
            folder,
            files(
                "b.jpg",
                "B",
                "b.cls",
                "7\n",
                "a.seg.png",
                "A",
                "a.json",
                "{\"label\": \"cat\"}",
                "c.jpg",
                "C"));
    try (ImageSource source = ImageSource.open(path)) {
      assertThat(source.entries())
          .containsExactly(
              new ImageEntry("b.jpg", "7", null),
              new ImageEntry("a.seg.png", "cat", null),
              new ImageEntry("c.jpg", null, null));
      assertThat(source.read(source.entries().get(1))).asString().isEqualTo("A");
    }
  }

  @Test
  void aFolderOfArchivesIsReadOneAfterTheOther() throws IOException {
    Path shards = Files.createDirectories(folder.resolve("shards"));
    for (String name : List.of("s-1.tar", "s-0.tar")) {
      Path tar = Kind.TAR.write(folder, files("z.jpg", name, "z.cls", "1", "a.jpg", "A"));
      Files.move(tar, shards.resolve(name));
    }
    try (ImageSource source = ImageSource.open(shards)) {
      assertThat(source.entries())
          .extracting(ImageEntry::path)
          .containsExactly("s-0.tar/z.jpg", "s-0.tar/a.jpg", "s-1.tar/z.jpg", "s-1.tar/a.jpg");
      assertThat(source.read(source.entries().get(2))).asString().isEqualTo("s-1.tar");
    }
  }

  @Test
  void aListNamesPathsAndClasses() throws IOException {
    Path photos = Kind.FOLDER.write(folder, files("b.jpg", "B", "a.jpg", "A"));
    Path absolute = photos.resolve("a.jpg").toAbsolutePath();
    Path list =
        Files.writeString(
            folder.resolve("photos.txt"), "photos/b.jpg\tbee\n\n" + absolute + "\nno.jpg\n");
    try (ImageSource source = ImageSource.open(list)) {
      assertThat(source.entries().get(0)).isEqualTo(new ImageEntry("photos/b.jpg", "bee", null));
      assertThat(source.read(source.entries().get(1))).asString().isEqualTo("A");
      assertThatThrownBy(() -> source.read(source.entries().get(2)))
          .isInstanceOf(ImageFormatException.class)
          .hasMessage("'%s': no such file", folder.resolve("no.jpg"));
    }
    Files.writeString(list, "a.jpg\na.jpg\n");
    assertThatThrownBy(() -> ImageSource.open(list)).hasMessageContaining("line 2 repeats 'a.jpg'");
  }

  @Test
  void fingerprintsTellOrderPathAndClass() throws IOException {
    List<String> sums = new java.util.ArrayList<>();
    for (String csv :
        List.of("path\na.jpg\nb.jpg\n", "path\nb.jpg\na.jpg\n", "path,class\na.jpg,x\nb.jpg,\n")) {
      Path path = Kind.ZIP.write(folder, files("a.jpg", "A", "b.jpg", "B", "labels.csv", csv));
      try (ImageSource source = ImageSource.open(path)) {
        sums.add(source.fingerprint());
      }
    }
    assertThat(sums).doesNotHaveDuplicates().allMatch(sum -> sum.matches("[0-9a-f]{64}"));
  }

  @Test
  void encryptedZipIsNamed() throws IOException {
    Path path = Kind.ZIP.write(folder, files("a.jpg", "A"));
    byte[] bytes = Files.readAllBytes(path);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[text.indexOf("PK\1\2") + 8] |= 1;
    bytes[6] |= 1;
    Files.write(path, bytes);
    assertThatThrownBy(() -> ImageSource.open(path)).hasMessageContaining("encrypted zip archive");
  }

  // The claim alone is enough: nothing is unpacked.
  @Test
  void entryThatClaimsAnAbsurdSizeIsRefused() throws IOException {
    Path path = Kind.ZIP.write(folder, files("a.jpg", "A"));
    byte[] bytes = Files.readAllBytes(path);
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    java.util.Arrays.fill(bytes, at + 24, at + 27, (byte) 0xFF);
    bytes[at + 27] = 0x7F;
    Files.write(path, bytes);
    try (ImageSource source = ImageSource.open(path)) {
      assertThatThrownBy(() -> source.read(source.entries().get(0)))
          .hasMessageContaining("larger than the 64 MiB");
    }
    Path tar = folder.resolve("big.tar");
    try (OutputStream out = Files.newOutputStream(tar);
        TarArchiveOutputStream to = new TarArchiveOutputStream(out)) {
      TarArchiveEntry entry = new TarArchiveEntry("a.jpg");
      entry.setSize(1 << 30);
      to.putArchiveEntry(entry);
      to.write(new byte[512]);
      // cut off: the archive is abandoned
      out.flush();
    } catch (IOException e) {
      assertThat(e).isNotNull();
    }
    assertThatThrownBy(() -> readAll(tar)).isInstanceOf(ImageFormatException.class);
  }

  @Test
  void linksInATarAreLeftOut() throws IOException {
    Path path = folder.resolve("links.tar");
    try (OutputStream out = Files.newOutputStream(path);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (byte kind : new byte[] {'1', '2', '3', '6'}) {
        TarArchiveEntry entry = new TarArchiveEntry("link%c.jpg".formatted(kind), kind);
        entry.setLinkName("/etc/passwd");
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
      }
      TarArchiveEntry entry = new TarArchiveEntry("real.jpg");
      entry.setSize(1);
      tar.putArchiveEntry(entry);
      tar.write('R');
      tar.closeArchiveEntry();
    }
    try (ImageSource source = ImageSource.open(path)) {
      assertThat(source.entries()).extracting(ImageEntry::path).containsExactly("real.jpg");
    }
  }

  // Names are read into memory, of whatever size; files between them are not.
  @ParameterizedTest
  @ValueSource(strings = {"L", "x"})
  void anEntryWithAnAbsurdNameIsRefusedAndLargeFilesAreNot(String kind) throws IOException {
    Path path = folder.resolve("names.tar");
    long size = 3 << 20;
    try (OutputStream out = Files.newOutputStream(path);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      for (String name : List.of("one.jpg", "other.jpg")) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(size);
        tar.putArchiveEntry(entry);
        tar.write(new byte[(int) size]);
        tar.closeArchiveEntry();
      }
    }
    try (ImageSource source = ImageSource.open(path)) {
      assertThat(source.read(source.entries().get(1))).hasSize((int) size);
    }
    try (OutputStream out = Files.newOutputStream(path);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
      TarArchiveEntry entry = new TarArchiveEntry("long", (byte) kind.charAt(0));
      entry.setSize(size);
      tar.putArchiveEntry(entry);
      tar.write("%d name=".formatted(size).getBytes(StandardCharsets.US_ASCII));
      tar.write(new byte[(int) size - "%d name=".formatted(size).length()]);
      tar.closeArchiveEntry();
    }
    assertThatThrownBy(() -> readAll(path))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageContaining("more than 1048576 bytes of name and attributes");
  }

  @Test
  void anEntryThatIsThereTwiceIsRefused() throws IOException {
    Path path = folder.resolve("twice.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(path)) {
      for (int i = 0; i < 2; i++) {
        zip.putArchiveEntry(new ZipArchiveEntry("a.jpg"));
        zip.write('a');
        zip.closeArchiveEntry();
      }
    }
    assertThatThrownBy(() -> readAll(path))
        .isInstanceOf(ImageFormatException.class)
        .hasMessageContaining("entry 'a.jpg' is there twice");
  }
}
