# `nix-build`, or callPackage in an overlay.
{ pkgs ? import <nixpkgs> { } }:

pkgs.stdenv.mkDerivation rec {
  pname = "hookrun";
  version = "@VERSION@";

  src = pkgs.fetchurl {
    url = "@URL@";
    sha256 = "@SHA256@";
  };

  nativeBuildInputs = [ pkgs.pkg-config ];
  buildInputs = [ pkgs.libgit2 pkgs.libyaml pkgs.zlib ];

  # The libraries of nixpkgs are shared ones.
  makeFlags = [ "LIBGIT2=shared" "prefix=$(out)" ];

  meta = {
    description = "Git hooks manager in one binary, which reads lefthook.yml";
    homepage = "@HOMEPAGE@";
    license = pkgs.lib.licenses.mit;
    platforms = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
    mainProgram = "hookrun";
  };
}
