/** Names of files and folders of version control and other tools, which are never part of a notebook project. */
export const toolFiles = [
  ".git",
  ".hg",
  ".svn",
  ".venv",
  "node_modules",
  "__pycache__",
  ".ipynb_checkpoints",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".DS_Store",
] as const;
