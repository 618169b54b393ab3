class Hookrun < Formula
  desc "Git hooks manager in one binary, which reads lefthook.yml"
  homepage "@HOMEPAGE@"
  url "@URL@"
  sha256 "@SHA256@"
  license "MIT"

  depends_on "pkgconf" => :build
  depends_on "libgit2"
  depends_on "libyaml"

  uses_from_macos "zlib"

  on_macos do
    depends_on macos: :big_sur
  end

  # Homebrew's libraries are shared ones.
  def install
    system "make", "LIBGIT2=shared", "prefix=#{prefix}", "install-strip"
  end

  test do
    system "git", "init", "-q", "."
    (testpath/"lefthook.yml").write <<~YAML
      pre-commit:
        jobs:
          - run: echo ran >> log
    YAML
    system bin/"hookrun", "install"
    system "git", "add", "-A"
    system "git", "-c", "user.name=a", "-c", "user.email=a@example.org",
           "commit", "-q", "-m", "first"
    assert_equal "ran\n", (testpath/"log").read
    assert_match version.to_s, shell_output("#{bin}/hookrun version")
  end
end
