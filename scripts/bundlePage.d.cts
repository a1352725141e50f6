export declare function bundlePage(): { script: string; style: string };
export declare function bundleModule(): string;
