/** What nbstream is in JupyterLab and Notebook. Only this folder sees their packages. */
export { default } from "./renderer";
