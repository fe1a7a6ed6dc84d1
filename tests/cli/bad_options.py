from mistakes import *
FIT="fit shop.yaml shop.csv"
def results(name="old"):
    import subprocess,sys
    def b(f):
        subprocess.run(["csi","fit",str(f/"shop.yaml"),str(f/"shop.csv"),"-o",str(f/name)],check=True,capture_output=True)
    return b
def edit(f):
    results()(f); p=f/"old/tables/index.csv"; p.write_text(p.read_text().replace("56.","66."))
def pair(f):
    import shutil
    results()(f); shutil.copytree(f/"old", f/"w1/shop"); shutil.copytree(f/"old", f/"w2/shop")
def other(f):
    results()(f); model(("name: shop","name: other"),("[1, 10]","[0, 10]"))(f); results("new")(f)
def byfit(f):
    import subprocess
    subprocess.run(["csi","fit",str(f/"shop.yaml"),str(f/"shop.csv"),"--by","branch","-o",str(f/"by")],check=True,capture_output=True)
MISTAKES = (
    Mistake(name="level", command=FIT+" --level 95", says=()),
    Mistake(name="bootstrap", command=FIT+" --bootstrap 10", says=()),
    Mistake(name="missing", command=FIT+" --missing abc,98=dontknow", says=()),
    Mistake(name="missing2", command=FIT+" --missing abc", says=()),
    Mistake(name="missing trailing", command=FIT+" --missing 98,", says=()),
    Mistake(name="scale", command=FIT+" --scale 10:1", says=()),
    Mistake(name="scale dash", command=FIT+" --scale 1-10 --scale Q1=x", says=()),
    Mistake(name="scale unknown", command=FIT+" --scale QQ=0:1", says=()),
    Mistake(name="pls", command=FIT+" --estimator pls", says=()),
    Mistake(name="mlr", command=FIT+" --estimator ML", says=()),
    Mistake(name="given", command=FIT+" --weight-rule given", says=()),
    Mistake(name="weight-rule", command=FIT+" --weight-rule loading", says=()),
    Mistake(name="missing-data", command=FIT+" --missing-data fiml", says=()),
    Mistake(name="lang", command=FIT+" --lang cn", says=()),
    Mistake(name="many", command=FIT+" --level 0 --bootstrap -1 --seed -4 --min-base 0", says=()),
    Mistake(name="format", command="report old --format pdf", build=results(), says=()),
    Mistake(name="format html,docx", command="report old --format html,docx", build=results(), says=()),
    Mistake(name="report none", command="report nothing", says=()),
    Mistake(name="report no results", command="report empty", build=lambda f:(f/"empty").mkdir(), says=()),
    Mistake(name="report file", command="report shop.yaml", says=()),
    Mistake(name="report edited", command="report old", build=edit, says=()),
    Mistake(name="report missing table", command="report old", build=both(results(),lambda f:(f/"old/tables/r2.csv").unlink()), says=()),
    Mistake(name="report bad manifest", command="report old", build=both(results(),lambda f:(f/"old/manifest.json").write_text("{")), says=()),
    Mistake(name="report later schema", command="report old", build=both(results(),lambda f:(f/"old/manifest.json").write_text('{"schema": 9}')), says=()),

    Mistake(name="out exists", command=FIT+" -o old", build=results(), says=()),
    Mistake(name="out others", command=FIT+" -o stuff --force", build=file("stuff/thesis.docx",b"x"), says=()),
    Mistake(name="out file", command=FIT+" -o shop.csv", says=()),
    Mistake(name="out file force", command=FIT+" -o shop.csv --force", says=()),
    Mistake(name="out below file", command=FIT+" -o shop.csv/results", says=()),
    Mistake(name="out here", command=FIT+" -o . --force", says=()),
    Mistake(name="out proc", command=FIT+" -o /proc/results", says=()),
    Mistake(name="sim n", command="simulate shop.yaml -n -5 -o s.csv", says=()),
    Mistake(name="sim n0", command="simulate shop.yaml -n 0 -o s.csv", says=()),
    Mistake(name="sim exists", command="simulate shop.yaml -n 50 -o shop.csv", says=()),
    Mistake(name="sim ending", command="simulate shop.yaml -n 50 -o s.sav", says=()),
    Mistake(name="sim no ending", command="simulate shop.yaml -n 50 -o s", says=()),
    Mistake(name="sim seed", command="simulate shop.yaml -n 50 --seed x -o s.csv", says=()),
    Mistake(name="sim seed neg", command="simulate shop.yaml -n 50 --seed -2 -o s.csv", says=()),
    Mistake(name="sim unwritable", command="simulate shop.yaml -n 50 -o shop.csv/s.csv", says=()),
    Mistake(name="sim truth absent", command="simulate shop.yaml -n 50 -o s.csv --truth t.yaml", says=()),
    Mistake(name="sim truth bad", command="simulate shop.yaml -n 50 -o s.csv --truth t.yaml", build=file("t.yaml","paths: {satisfaction: {qualty: 0.5}}\nfoo: 1\n"), says=()),
    Mistake(name="init absent", command="init nothing.csv", says=()),
    Mistake(name="init exists", command="init shop.csv", says=()),
    Mistake(name="sim model", command="simulate foo -n 50 -o s.csv", says=()),
)
